{{ priorite('P2') }}

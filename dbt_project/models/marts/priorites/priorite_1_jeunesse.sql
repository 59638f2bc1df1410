{{ priorite('P1') }}

{{ priorite('P4') }}

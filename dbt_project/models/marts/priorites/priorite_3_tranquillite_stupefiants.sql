{{ priorite('P3') }}

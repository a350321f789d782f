module language

go 1.19

require leadline v0.0.0

replace leadline => ../../sdk/go/leadline

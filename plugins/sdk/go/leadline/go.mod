module leadline

go 1.19

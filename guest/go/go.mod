module github.com/patchbay-go/patchbay/guest/go

go 1.24

module github.com/patchbay-go/patchbay/examples/guests/hello-go

go 1.24

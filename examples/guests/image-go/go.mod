module github.com/patchbay-go/patchbay/examples/guests/image-go

go 1.24

require github.com/patchbay-go/patchbay/guest/go v0.0.0

replace github.com/patchbay-go/patchbay/guest/go => ../../../guest/go

module github.com/patchbay-go/patchbay

go 1.26

require github.com/tetratelabs/wazero v1.12.0

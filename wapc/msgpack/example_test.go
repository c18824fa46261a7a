package msgpack_test

import (
	"fmt"

	"github.com/patchbay-go/patchbay/wapc/msgpack"
)

// What a guest written in Rust reads with serde as a struct Person with the field
// first_name.
func Example() {
	type person struct {
		FirstName string `msgpack:"first_name"`
	}
	bytes, err := msgpack.Marshal(person{"John Doe"})
	fmt.Printf("%x %v\n", bytes, err)
	var back person
	err = msgpack.Unmarshal(bytes, &back)
	fmt.Println(back.FirstName, err)
	// Output:
	// 81aa66697273745f6e616d65a84a6f686e20446f65 <nil>
	// John Doe <nil>
}

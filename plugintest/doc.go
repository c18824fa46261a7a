// Package plugintest tests plugins: by tables of calls, each with the host calls
// that it makes and what is to come of it, and with Go's own tests.
//
//	func TestGreet(t *testing.T) {
//		plugintest.Run(t, "plugin_test.toml")
//	}
//
// The table is a TOML file, which `patchbay test` runs as well:
//
//	module = "greet.wasm"
//
//	[[test]]
//	name = "greets by name"
//	operation = "greet"
//	payload = '{"name":"Ada"}'
//	reply_json = '{"greeting":"Hello, Ada!"}'
//
//	[[test.host]]
//	binding = "examples"
//	namespace = "greet"
//	operation = "visited"
//	payload = "Ada"
//
// # The table
//
// At the top there may be
//
//	module      the guest's file, relative to the folder of the table
//	contract    how the guest is called, if its bytes do not tell
//	timeout     how long a call may last, as "500ms"; 10 s
//	max_memory  how large the guest's memory may be, as "64MiB"; 256 MiB
//	env         a table of the guest's environment variables
//	shared      true: all tests use one instance, in their order; else each
//	            test gets a new one
//
// Each [[test]] has a name and an operation, and may have
//
//	payload     what the guest gets, as text; payload_hex has the bytes in
//	            hexadecimal, payload_file names a file with them
//	log         the lines that the guest logs, all of them, as a list
//	reply       what the guest answers, to the byte; reply_hex and reply_file
//	            as with payload; reply_json compares by meaning
//	error       the text with which the guest says that the call failed
//	trap        why the guest is ended: the names are those of [TrapNames], or
//	            "any"
//
// One of the replies, error and trap may be there. Without any of them the call
// must succeed, with whatever reply.
//
// Each [[test.host]] is a call that the guest makes to the host, in this order:
// binding, namespace, operation and payload (or payload_hex, payload_file,
// payload_json) are compared where they are given; reply (or reply_hex,
// reply_file) is what the guest gets, and error the text of an error instead. A
// host call that is missing, and one that nobody expects, fails the test. The
// same keys in a [[host]] at the top answer any number of calls of all tests
// that no [[test.host]] expects.
//
// Keys are strict: one that is not known is an error, which points at its line.
package plugintest

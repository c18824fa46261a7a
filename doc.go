// Package patchbay hosts WebAssembly plugins: it loads guests written in any
// language, calls them, and answers what they ask of the host.
//
//	var host patchbay.Host // wazero, nothing granted
//	defer host.Close(ctx)
//
//	greet, err := host.Load(ctx, "greet.wasm")
//	if err != nil {
//		return err
//	}
//	reply, err := greet.Call(ctx, "greet", []byte(`{"name":"Ada"}`))
//
// A [Host] is a struct whose zero value works; its fields say what guests may
// do. A [Plugin] is a compiled guest with a bounded pool of instances: calls run
// in parallel, a guest that traps is replaced, one that does not end is stopped,
// by default after 10 s.
//
// [JSON] calls a plugin with Go values. Guests are told apart by their bytes:
// those of waPC, and those of the tube contract, which take JSON or pictures in
// linear memory.
//
// The root joins what lies below it and adds no power: package plugin holds
// pools of guests, wapc and tube are their contracts, wasi says what they may touch, bus
// what they may ask, and engine is the seam to the engine that runs them, with
// wazero as the default.
package patchbay

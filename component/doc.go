// Package component runs components of the WebAssembly Component Model over the
// engine seam.
//
//	c, err := component.Compile(ctx, eng, binary, component.Config{})
//	…
//	var linker component.Linker
//	component.DefineGo(&linker, func(ctx context.Context, p struct{ Line string }) (struct{}, error) {
//		return struct{}{}, log(p.Line)
//	}, "log")
//	pre, err := linker.Link(c)
//	…
//	instance, err := pre.Instantiate(ctx)
//	…
//	err = instance.Func("greet").CallGo(ctx, &greeting, "Ada")
//
// # What is done when
//
// [Compile] decodes and validates the binary, compiles its core modules, and
// flattens it: all components that are nested in it become one list of steps with
// fixed indices, so that neither names nor types are looked at again. [Linker.Link]
// finds what the component imports, and reports all that is missing at once.
// [Pre.Instantiate] goes through the steps.
//
// # Calls
//
// A call takes [types.Value]s ([Func.Call]), or Go values, which are bound to the
// function's types at the first call with them ([Func.CallGo]) or for good
// ([Bind]), and may have their results where those of the call before lie
// ([Bound.CallInto]). The host's functions take either as well ([Linker.Define],
// [DefineGo]). One goroutine at a time uses an instance; a call into it by a function
// of the host that it calls is refused. After a trap the instance is not entered
// again.
//
// # What components are given
//
// Besides functions and resource types of the host, core modules
// ([Linker.DefineModule]), components ([Linker.DefineComponent]) and what instances
// export ([Linker.DefineInstance]), of which types are compared when a component is
// linked. A component that imports modules or components is flattened then, for
// what it is given; all others are when they are compiled.
//
// # What there is not
//
// Async functions, streams, futures, values and what else of the Component Model is
// gated. Compile says so, with an [UnsupportedError].
//
// The Component Model is that of commit 6d28164 of its specification.
package component

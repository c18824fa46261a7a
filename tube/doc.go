// Package tube is the tube contract, that of wasmtube: a guest exports its
// memory and one function for each operation,
//
//	function(index i32, length i32, extra…) -> i32
//
// The host writes the payload, JSON or any bytes, into the memory at index and
// calls the function with the index and the payload's length; the guest writes
// its reply at the same index and returns the reply's length. Arguments after the
// first two are the function's own: those that take pictures have width and
// height.
//
// [Link] checks a compiled module against the contract, [Module.Instantiate]
// makes an [Instance], [Instance.CallAppend] calls it. The contract has no host
// calls: a guest imports nothing, or a system interface that it is given.
//
// # Where payloads lie
//
// A guest that exports an allocator is asked for the place: tube_alloc
// (size i32) -> i32 and, if it is there, tube_free(pointer i32, size i32) or
// tube_free(pointer i32). So are malloc and free, cabi_realloc, and __alloc with
// __free or __release. The host asks for [Room] bytes more than the payload has,
// so that a reply may be longer; it keeps the place for later calls, holds one
// at a time in each instance, and gives it back before it asks for a larger one.
//
// Every other guest gets its payloads at [DefaultIndex]. Nothing tells the host
// what else the guest keeps there: in Rust it is the far end of the stack, in C
// often data. So a payload of more than 64 KiB, and one for which there is no
// room, lies in pages at the end of the memory, which grows for it and which the
// guest uses for nothing else (WT-10, WT-17). As many bytes follow it as would at
// 42. If memory cannot grow, what fits lies at 42 all the same. Where [Config] or a [Request] says an index it is that, and
// memory grows too.
//
// # Longer replies, and errors
//
// What wasmtube's guests cannot say, newer ones can. A function whose result is
// an i64 answers with a pointer in the upper half and a length in the lower: the
// reply may lie anywhere and be of any size, and must stay there until the
// guest is called again. A negative length says that the call failed, and that
// so many bytes from the pointer on are the text of why: a [*GuestError].
//
// # Marks
//
// Nothing in a guest of wasmtube says what it is. A module is taken for a tube
// guest when it exports the function tube_alloc or has a custom section of the
// name tube, whatever its contents; others must be declared.
//
// # Defects of wasmtube that are not copied
//
// A picture is sent as the pixels that the guest reads, not as the file that it
// was in (WT-05): package picture does that. Locks have no names, and nothing is
// global (WT-14). A caller that goes away leaves neither a lock (WT-13) nor a
// guest that still runs (WT-15): instances are pooled, and calls are stopped.
// What goes wrong is an error and not the end of the caller (WT-08, WT-09).
package tube

;; A guest of March 2020: __host_call takes a namespace, an operation and a
;; payload.
(module
  (import "wapc" "__guest_request" (func $guest_request (param i32 i32)))
  (import "wapc" "__guest_response" (func $guest_response (param i32 i32)))
  (import "wapc" "__host_call" (func $host_call (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wapc" "__host_response" (func $host_response (param i32)))
  (import "wapc" "__host_response_len" (func $host_response_len (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "namespaceoperation")
  (func (export "__guest_call") (param $operation i32) (param $payload i32) (result i32)
    (call $guest_request (i32.const 1024) (i32.const 4096))
    (drop (call $host_call (i32.const 16) (i32.const 9) (i32.const 25) (i32.const 9)
      (i32.const 4096) (local.get $payload)))
    (call $host_response (i32.const 8192))
    (call $guest_response (i32.const 8192) (call $host_response_len))
    (i32.const 1)))

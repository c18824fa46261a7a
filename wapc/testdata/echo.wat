;; A guest that answers with its payload, from the buffer that it was given. An
;; operation of one byte makes a host call with the payload before.
(module
  (import "wapc" "__guest_request" (func $guest_request (param i32 i32)))
  (import "wapc" "__guest_response" (func $guest_response (param i32 i32)))
  (import "wapc" "__host_call" (func $host_call (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 32)
  (data (i32.const 16) "bindingsample:namespacepong")
  (func (export "__guest_call") (param $operation i32) (param $payload i32) (result i32)
    (call $guest_request (i32.const 1024) (i32.const 4096))
    (if (i32.eq (local.get $operation) (i32.const 1))
      (then (drop (call $host_call
        (i32.const 16) (i32.const 7) (i32.const 23) (i32.const 16) (i32.const 39) (i32.const 4)
        (i32.const 4096) (local.get $payload)))))
    (call $guest_response (i32.const 4096) (local.get $payload))
    (i32.const 1)))

;; The same echo as a plugin for Extism, by the functions its kernel offers.
(module
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_offset" (func $input_offset (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/user" "echo" (func $host_echo (param i64) (result i64)))
  (memory (export "memory") 64)

  ;; load copies the input to address 65536, as every plugin kit does, and
  ;; returns its length.
  (func $load (result i64) (local $i i64) (local $n i64)
    (local.set $n (call $input_length))
    (block $words (loop $next
      (br_if $words (i64.gt_u (i64.add (local.get $i) (i64.const 8)) (local.get $n)))
      (i64.store offset=65536 (i32.wrap_i64 (local.get $i)) (call $input_load_u64 (local.get $i)))
      (local.set $i (i64.add (local.get $i) (i64.const 8)))
      (br $next)))
    (block $bytes (loop $next
      (br_if $bytes (i64.eq (local.get $i) (local.get $n)))
      (i32.store8 offset=65536 (i32.wrap_i64 (local.get $i)) (call $input_load_u8 (local.get $i)))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br $next)))
    (local.get $n))

  ;; block copies n bytes from address 65536 to a new block of the kernel.
  (func $block (param $n i64) (result i64) (local $i i64) (local $to i64)
    (local.set $to (call $alloc (local.get $n)))
    (block $words (loop $next
      (br_if $words (i64.gt_u (i64.add (local.get $i) (i64.const 8)) (local.get $n)))
      (call $store_u64 (i64.add (local.get $to) (local.get $i))
        (i64.load offset=65536 (i32.wrap_i64 (local.get $i))))
      (local.set $i (i64.add (local.get $i) (i64.const 8)))
      (br $next)))
    (block $bytes (loop $next
      (br_if $bytes (i64.eq (local.get $i) (local.get $n)))
      (call $store_u8 (i64.add (local.get $to) (local.get $i))
        (i32.load8_u offset=65536 (i32.wrap_i64 (local.get $i))))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br $next)))
    (local.get $to))

  ;; echo answers with the input, by way of the plugin's own memory.
  (func (export "echo") (result i32) (local $n i64)
    (local.set $n (call $load))
    (call $output_set (call $block (local.get $n)) (local.get $n))
    (i32.const 0))

  ;; hostecho answers with what the host answers to the input.
  (func (export "hostecho") (result i32) (local $reply i64)
    (local.set $reply (call $host_echo (call $block (call $load))))
    (call $output_set (local.get $reply) (call $length (local.get $reply)))
    (i32.const 0))

  ;; inplace answers with the input's own block, which no plugin kit does.
  (func (export "inplace") (result i32)
    (call $output_set (call $input_offset) (call $input_length))
    (i32.const 0)))

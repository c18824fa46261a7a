;; Calls of host functions, of which each export makes one kind.
(module
  (import "host" "i32" (func $i32 (param i32 i64 i32) (result i32)))
  (import "host" "v128" (func $v128 (param i32 v128) (result v128)))
  (import "host" "many" (func $many (param i32 i64 f32 f64) (result f64 f32 i64 i32)))
  (import "host" "reenter" (func $reenter (param i32) (result i32)))
  (import "host" "end" (func $end (param i32) (result i32)))
  (import "host" "ping" (func $ping))
  (memory (export "memory") 1)

  ;; The parameters' registers have garbage in their high halves.
  (func (export "i32") (param i64 i64) (result i64)
    (i64.extend_i32_u (call $i32 (i32.wrap_i64 (local.get 0)) (local.get 1) (i32.wrap_i64 (local.get 1)))))
  (func (export "v128") (param i32 v128) (result v128) (call $v128 (local.get 0) (local.get 1)))
  (func (export "many") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
    (call $many (local.get 0) (local.get 1) (local.get 2) (local.get 3)))

  ;; Asks the host, which calls depth again with one less, and adds 1.
  (func (export "depth") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $reenter (local.get 0))))
      (else (i32.const 0))))
  ;; The same with something on the machine's stack on both sides of the call.
  (func (export "depth_with_locals") (param $n i32) (result i32)
    (local $before i64)
    (local.set $before (i64.mul (i64.extend_i32_u (local.get $n)) (i64.const 0x100000001)))
    (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
    (call $reenter (local.get $n))
    (if (i64.ne (local.get $before) (i64.mul (i64.extend_i32_u (local.get $n)) (i64.const 0x100000001)))
      (then unreachable))
    (i32.add (i32.const 1)))

  (func $inner (param i32) (result i32) (call $end (local.get 0)))
  (func (export "end") (param i32) (result i32) (i32.add (call $inner (local.get 0)) (i32.const 1)))
  (func (export "ping") (call $ping))
  (func (export "ping_twice") (call $ping) (call $ping))
  (func (export "answer") (result i32) (i32.const 42))
  (func (export "fail") unreachable)
)

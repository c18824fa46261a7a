;; A guest with an allocator that says what a test wants.
(module
  (memory (export "memory") 1 64)
  (global $next (mut i32) (i32.const 4096))
  (global $answer (mut i32) (i32.const -1)) ;; what tube_alloc answers; -1: a place
  (global $allocs (mut i32) (i32.const 0))
  (global $frees (mut i32) (i32.const 0))

  (func (export "tube_alloc") (param $size i32) (result i32)
    (local $at i32)
    (global.set $allocs (i32.add (global.get $allocs) (i32.const 1)))
    (if (i32.ne (global.get $answer) (i32.const -1)) (then (return (global.get $answer))))
    (if (i32.eq (local.get $size) (i32.const 0x10000)) (then (loop $forever (br $forever))))
    (local.set $at (global.get $next))
    (global.set $next (i32.add (local.get $at) (local.get $size)))
    (block $enough
      (br_if $enough (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
      (br_if $enough (i32.ne (i32.const -1)
        (memory.grow (i32.add (i32.const 1) (i32.div_u (local.get $size) (i32.const 65536))))))
      (global.set $next (local.get $at))
      (return (i32.const 0)))
    (local.get $at))

  (func (export "tube_free") (param $pointer i32) (param $size i32)
    (global.set $frees (i32.add (global.get $frees) (i32.const 1))))

  (func (export "echo") (param $index i32) (param $length i32) (result i32)
    (local.get $length))

  ;; where answers with index, and how often the allocator was called.
  (func (export "where") (param $index i32) (param $length i32) (result i32)
    (i32.store (local.get $index) (local.get $index))
    (i32.store offset=4 (local.get $index) (global.get $allocs))
    (i32.store offset=8 (local.get $index) (global.get $frees))
    (i32.const 12))

  ;; answer makes the i32 in the payload what tube_alloc answers.
  (func (export "answer") (param $index i32) (param $length i32) (result i32)
    (global.set $answer (i32.load (local.get $index)))
    (i32.const 0))

  (func (export "say") (param $index i32) (param $length i32) (result i32)
    (i32.load (local.get $index)))

  (func (export "say_long") (param $index i32) (param $length i32) (result i64)
    (i64.load (local.get $index)))

  ;; elsewhere copies the payload to 64 and answers from there.
  (func (export "elsewhere") (param $index i32) (param $length i32) (result i64)
    (memory.copy (i32.const 64) (local.get $index) (local.get $length))
    (i64.or (i64.shl (i64.const 64) (i64.const 32)) (i64.extend_i32_u (local.get $length))))

  ;; refuse answers that the call failed, with the payload as the reason.
  (func (export "refuse") (param $index i32) (param $length i32) (result i64)
    (i64.or (i64.shl (i64.extend_i32_u (local.get $index)) (i64.const 32))
      (i64.extend_i32_u (i32.sub (i32.const 0) (local.get $length))))))

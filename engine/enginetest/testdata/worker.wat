;; A thread: many instances of this one import one shared memory.
(module
  (import "threads" "memory" (memory 1 8 shared))
  (func (export "add") (param $times i32)
    (loop
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (br_if 0 (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
  (func (export "swap") (param $times i32)
    (local $seen i32)
    (loop $next
      (loop $retry
        (local.set $seen (i32.atomic.load (i32.const 4)))
        (br_if $retry (i32.ne (local.get $seen)
          (i32.atomic.rmw.cmpxchg (i32.const 4) (local.get $seen) (i32.add (local.get $seen) (i32.const 1))))))
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
  (func (export "load") (param i32) (result i32) (i32.atomic.load (local.get 0)))
  (func (export "store") (param i32 i32) (i32.atomic.store (local.get 0) (local.get 1)))
  (func (export "wait") (param $at i32) (param $while i32) (param $timeout i64) (result i32)
    (memory.atomic.wait32 (local.get $at) (local.get $while) (local.get $timeout)))
  (func (export "wait64") (param $at i32) (param $while i64) (param $timeout i64) (result i32)
    (memory.atomic.wait64 (local.get $at) (local.get $while) (local.get $timeout)))
  (func (export "notify") (param $at i32) (param $count i32) (result i32)
    (memory.atomic.notify (local.get $at) (local.get $count)))
  (func (export "unaligned") (param i32) (result i32) (i32.atomic.load (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "size") (result i32) (memory.size))
)

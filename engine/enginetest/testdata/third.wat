;; The third: it imports what the second exports again, and has a memory of its
;; own nowhere: all three use one.
(module
  (type $number (func (result i32)))
  (import "host" "started" (func $started (param i32)))
  (import "host" "who" (func $who (result i32)))
  (import "second" "load_of_first" (func $load (param i32) (result i32)))
  (import "second" "memory" (memory 1))
  (import "second" "table" (table 8 funcref))
  (import "first" "through_table" (func $first_through_table (param i32) (result i32)))
  (elem (i32.const 4) $three $ask)
  (func $three (result i32) (i32.add (i32.const 3) (i32.load (i32.const 8))))
  (func $ask (result i32) (call $who))
  (func $start
    (i32.store (i32.const 8) (i32.add (call $load (i32.const 4)) (i32.const 33)))
    (call $started (i32.const 3)))
  (start $start)
  (func (export "through_table") (param i32) (result i32) (call_indirect (type $number) (local.get 0)))
  (func (export "through_first") (param i32) (result i32) (call $first_through_table (local.get 0)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
)

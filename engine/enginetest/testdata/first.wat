;; The first of three instances that share what they have. It offers a memory, a
;; table and a global, and calls through the table whatever the others put there.
(module
  (type $number (func (result i32)))
  (import "host" "started" (func $started (param i32)))
  (import "host" "who" (func $who (result i32)))
  (memory (export "memory") 1)
  (table (export "table") 8 funcref)
  (elem (i32.const 0) $one $who)
  (global (export "counter") (mut i32) (i32.const 100))
  (func $one (result i32) (i32.const 1))
  (func $start
    (i32.store (i32.const 0) (i32.const 11))
    (call $started (i32.const 1)))
  (start $start)
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func (export "through_table") (param i32) (result i32) (call_indirect (type $number) (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "counter_value") (result i32) (global.get 0))
  (export "who" (func $who))
)

;; It puts a host function into its table for others to find there.
(module
  (type $number (func (result i32)))
  (import "host" "who" (func $who (result i32)))
  (table (export "table") 2 funcref)
  (elem (i32.const 0) $who)
  (export "who" (func $who))
  (func (export "call") (result i32) (call $who))
  (func (export "through_table") (result i32) (call_indirect (type $number) (i32.const 0)))
)

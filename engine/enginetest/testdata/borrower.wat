;; It calls a host function that it finds in another instance's table, or that
;; another instance exports.
(module
  (type $number (func (result i32)))
  (import "caller" "table" (table 2 funcref))
  (import "caller" "who" (func $who (result i32)))
  (import "caller" "call" (func $call (result i32)))
  (func (export "through_table") (result i32) (call_indirect (type $number) (i32.const 0)))
  (func (export "direct") (result i32) (call $who))
  (func (export "through_other") (result i32) (call $call))
)

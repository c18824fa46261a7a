;; Imports with empty names, and one import twice.
(module
  (import "" "" (func $empty (result i32)))
  (import "" "a" (func $a (result i32)))
  (import "b" "" (func $b (result i32)))
  (import "same" "same" (func $same1 (result i32)))
  (import "same" "same" (func $same2 (result i32)))
  (func (export "empty") (result i32) (call $empty))
  (func (export "a") (result i32) (call $a))
  (func (export "b") (result i32) (call $b))
  (func (export "") (result i32)
    (i32.add (i32.mul (call $same1) (i32.const 1000)) (call $same2)))
)

;; Exports of many kinds, for imports that fit and that do not.
(module
  (memory (export "memory") 2 4)
  (table (export "table") 4 8 funcref)
  (global (export "const") i32 (i32.const 5))
  (global (export "var") (mut i64) (i64.const 6))
  (func (export "get") (result i32) (i32.const 7))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
)

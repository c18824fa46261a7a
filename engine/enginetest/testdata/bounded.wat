;; A memory with a maximum of two pages.
(module
  (memory (export "memory") 1 2)
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
)

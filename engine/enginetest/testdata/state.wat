;; State in a memory, a mutable global and a table, which takes long to build up.
(module
  (memory (export "memory") 1)
  (global $ready (export "ready") (mut i32) (i32.const 0))
  (func (export "init") (param i32)
    (local i32)
    (drop (memory.grow (i32.const 1)))
    (loop
      (i32.store (i32.mul (local.get 1) (i32.const 4)) (i32.mul (local.get 1) (local.get 0)))
      (br_if 0 (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 20000))))
    (global.set $ready (i32.const 1)))
  (func (export "read") (param i32) (result i32)
    (if (i32.eqz (global.get $ready)) (then unreachable))
    (i32.load (i32.mul (local.get 0) (i32.const 4))))
)

;; Guests whose work depends on their parameter.
(module
  (import "host" "back" (func $back))
  (global $n (export "n") (mut i32) (i32.const 0))
  (func $spin (export "spin") (param i32)
    (loop
      (global.set $n (i32.add (global.get $n) (i32.const 1)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "spin_back_spin") (param i32)
    (call $spin (local.get 0))
    (call $back)
    (call $spin (local.get 0)))
  (func (export "trap_after") (param i32)
    (call $spin (local.get 0))
    (unreachable))
)

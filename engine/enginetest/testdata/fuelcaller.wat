;; A guest that has others work for it.
(module
  (import "fuel" "spin" (func $spin (param i32)))
  (func (export "direct") (param i32) (call $spin (local.get 0)))
  (func (export "often") (param i32)
    (loop
      (call $spin (i32.const 1))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
)

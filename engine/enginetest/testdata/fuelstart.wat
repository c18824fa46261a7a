;; A guest that works when it is started.
(module
  (global $n (export "n") (mut i32) (i32.const 0))
  (func $start
    (loop
      (global.set $n (i32.add (global.get $n) (i32.const 1)))
      (br_if 0 (i32.lt_u (global.get $n) (i32.const 30000)))))
  (func (export "answer") (result i32) (i32.const 42))
  (start $start)
)

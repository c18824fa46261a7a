;; A guest with the allocator of another convention.
(module
  (memory (export "memory") 4)
  (global $next (mut i32) (i32.const 4096))
  (global $frees (mut i32) (i32.const 0))
  (func $place (param $size i32) (result i32)
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (local.get $size))))
  (func $freed (global.set $frees (i32.add (global.get $frees) (i32.const 1))))

  (func (export "cabi_realloc") (param $old i32) (param $had i32) (param $align i32) (param $size i32) (result i32)
    (if (local.get $had) (then (call $freed)))
    (call $place (local.get $size)))

  ;; where answers with index, and how often a place was given back.
  (func (export "where") (param $index i32) (param $length i32) (result i32)
    (i32.store (local.get $index) (local.get $index))
    (i32.store offset=4 (local.get $index) (global.get $frees))
    (i32.const 8)))

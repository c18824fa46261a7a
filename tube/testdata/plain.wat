;; A guest as those of wasmtube: no imports, no allocator, one function for each
;; operation.
(module
  (memory (export "memory") 1 8)
  (global $calls (mut i32) (i32.const 0))

  ;; echo leaves the payload where it is.
  (func (export "echo") (param $index i32) (param $length i32) (result i32)
    (local.get $length))

  ;; where answers with index and length.
  (func (export "where") (param $index i32) (param $length i32) (result i32)
    (i32.store (i32.const 0) (local.get $index))
    (i32.store (i32.const 4) (local.get $length))
    (memory.copy (local.get $index) (i32.const 0) (i32.const 8))
    (i32.const 8))

  ;; image_size answers with width and height.
  (func (export "image_size") (param $index i32) (param $length i32) (param $width i32) (param $height i32) (result i32)
    (i32.store (local.get $index) (local.get $width))
    (i32.store offset=4 (local.get $index) (local.get $height))
    (i32.const 8))

  ;; wide answers with an i64 argument.
  (func (export "wide") (param $index i32) (param $length i32) (param $n i64) (result i32)
    (i64.store (local.get $index) (local.get $n))
    (i32.const 8))

  ;; say returns the i32 in the payload.
  (func (export "say") (param $index i32) (param $length i32) (result i32)
    (i32.load (local.get $index)))

  ;; say_long returns the i64 in the payload.
  (func (export "say_long") (param $index i32) (param $length i32) (result i64)
    (i64.load (local.get $index)))

  ;; count answers with how often it was called, as a digit.
  (func (export "count") (param $index i32) (param $length i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.store8 (local.get $index) (i32.add (global.get $calls) (i32.const 48)))
    (i32.const 1))

  (func (export "trap") (param $index i32) (param $length i32) (result i32)
    (unreachable))

  (func (export "spin") (param $index i32) (param $length i32) (result i32)
    (loop $forever (br $forever))
    (unreachable))

  ;; What cannot be called.
  (func (export "none") (param i32 i32))
  (func (export "two") (param i32 i32) (result i32 i32) (i32.const 0) (i32.const 0))
  (func (export "float") (param i32 i32 f32) (result i32) (i32.const 0))
  (func (export "one") (param i32) (result i32) (i32.const 0)))

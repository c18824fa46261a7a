;; A guest with an allocator whose memory grows, that echoes what it is given.
(module
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const 1024))
  (global $allocations (export "allocations") (mut i32) (i32.const 0))
  (global $destroyed (export "destroyed") (mut i32) (i32.const 0))

  (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $ptr i32)
    (global.set $allocations (i32.add (global.get $allocations) (i32.const 1)))
    (local.set $ptr
      (i32.and
        (i32.add (global.get $end) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
    (global.set $end (i32.add (local.get $ptr) (local.get $size)))
    (block $fits
      (loop $grow
        (br_if $fits (i32.le_u (global.get $end) (i32.mul (memory.size) (i32.const 65536))))
        (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then (unreachable)))
        (br $grow)))
    (memory.copy (local.get $ptr) (local.get $old)
      (select (local.get $old-size) (local.get $size) (i32.lt_u (local.get $old-size) (local.get $size))))
    (local.get $ptr))

  ;; post-return: all memory is free again
  (func (export "reset") (param i32)
    (global.set $end (i32.const 1024)))

  (func (export "echo") (param $ptr i32) (param $len i32) (result i32)
    (i32.store (i32.const 8) (local.get $ptr))
    (i32.store (i32.const 12) (local.get $len))
    (i32.const 8))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "nothing"))
  (func (export "trap") (unreachable))
  (func (export "destroy") (param i32) (global.set $destroyed (i32.add (global.get $destroyed) (local.get 0))))
  (func (export "same") (param i32) (result i32) (local.get 0))
)

;; Functions that never end, each in another way: in the registers, within single
;; instructions, and waiting for memory.
(module
  (memory (export "memory") 4096) ;; 256 MiB
  (table $functions 1000000 funcref)
  (elem declare func $spin)

  (func $spin (export "spin")
    loop $again
      br $again
    end)

  ;; fill writes the whole memory with one instruction, again and again.
  (func (export "fill")
    loop $again
      i32.const 0
      i32.const 1
      i32.const 0x10000000
      memory.fill
      br $again
    end)

  ;; copy moves all but the last byte by one, so that the areas overlap.
  (func (export "copy")
    loop $again
      i32.const 1
      i32.const 0
      i32.const 0x0fffffff
      memory.copy
      br $again
    end)

  ;; table fills and copies a table of a million elements.
  (func (export "table")
    loop $again
      i32.const 0
      ref.func $spin
      i32.const 1000000
      table.fill $functions
      i32.const 1
      i32.const 0
      i32.const 999999
      table.copy $functions $functions
      br $again
    end)

  ;; prepare makes a list through 64 MiB in which each element is far from the
  ;; one before, and all are visited before the first comes again.
  (func (export "prepare")
    (local $i i32)
    loop $next
      local.get $i
      i32.const 2
      i32.shl
      local.get $i
      i32.const 0x9e3779b5
      i32.mul
      i32.const 0x6d2b79f5
      i32.add
      i32.const 0xffffff
      i32.and
      i32.const 2
      i32.shl
      i32.store
      local.get $i
      i32.const 1
      i32.add
      local.tee $i
      i32.const 0x1000000
      i32.ne
      br_if $next
    end)

  ;; chase follows the list for ever: every load waits for memory, and the next
  ;; one for it.
  (func (export "chase")
    (local $at i32)
    loop $again
      local.get $at
      i32.load
      local.set $at
      br $again
    end)

  ;; chases is chase with a hundred loads for each turn of the loop.
  (func (export "chases")
    (local $at i32)
    loop $again
      local.get $at
      i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load
      i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load
      i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load
      i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load
      i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load
      i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load
      i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load
      i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load
      i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load
      i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load i32.load
      local.set $at
      br $again
    end))

;; Guests that do not come to an end by themselves.
(module
  (import "host" "ping" (func $ping))
  (import "host" "wait" (func $wait))
  (type $none (func))
  (memory (export "memory") 4)
  (table $table 2 funcref)
  (elem (i32.const 0) $self $tick)
  (global $n (export "n") (mut i64) (i64.const 0))

  (func (export "answer") (result i32) (i32.const 42))
  (func (export "empty") (loop (br 0)))
  (func (export "empty_if") (loop (br_if 0 (i32.const 1))))
  (func (export "table_branch") (loop (br_table 0 0 (i32.const 0))))
  (func (export "counting") (loop (global.set $n (i64.add (global.get $n) (i64.const 1))) (br 0)))
  (func (export "nested")
    (local i32)
    (loop
      (local.set 0 (i32.const 3))
      (loop
        (loop (br_if 0 (i32.eqz (i32.const 1))))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (br 0)))
  (func (export "two_loops_alternating")
    (local i32)
    (loop $a
      (local.set 0 (i32.const 1))
      (loop $b
        (br_if $a (i32.eqz (local.get 0)))
        (local.set 0 (i32.const 0))
        (br $b))))

  ;; A tree of calls that is never deep and never done.
  (func $tree (param i32)
    (if (local.get 0)
      (then
        (call $tree (i32.sub (local.get 0) (i32.const 1)))
        (call $tree (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "recursion") (call $tree (i32.const 60)))
  (func $left (param i32)
    (if (local.get 0)
      (then
        (call $right (i32.sub (local.get 0) (i32.const 1)))
        (call $right (i32.sub (local.get 0) (i32.const 1))))))
  (func $right (param i32)
    (if (local.get 0)
      (then
        (call $left (i32.sub (local.get 0) (i32.const 1)))
        (call $left (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "mutual_recursion") (call $left (i32.const 60)))
  (func $tick)
  (func $self)
  (func (export "indirect") (loop (call_indirect $table (type $none) (i32.const 1)) (br 0)))
  (func $tail (export "tail") (return_call $tail))
  (func $tail_a (param i32) (return_call $tail_b (local.get 0)))
  (func $tail_b (param i32) (return_call $tail_a (local.get 0)))
  (func (export "tail_mutual") (call $tail_a (i32.const 1)))
  (func (export "bulk") (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x40000)) (br 0)))

  ;; The host functions ignore their context.
  (func (export "pinging") (loop (call $ping) (br 0)))
  (func (export "ping_in_recursion") (call $pinging_tree (i32.const 60)))
  (func $pinging_tree (param i32)
    (call $ping)
    (if (local.get 0)
      (then
        (call $pinging_tree (i32.sub (local.get 0) (i32.const 1)))
        (call $pinging_tree (i32.sub (local.get 0) (i32.const 1))))))
  ;; The host function waits for its context.
  (func (export "waiting") (call $wait))
  (func (export "waiting_again") (loop (call $wait) (br 0)))
)

;; Canonical definitions: their options and the core types that go with them.

(component definition
  (core module $m
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "post") (param i32))
    (func (export "f") (param i32 i32) (result i32) unreachable)
    (func (export "g") (param i32 i64 f32 f64 i32))
    (func (export "h") (param i32 i64)))
  (core instance $i (instantiate $m))
  (func (param "a" string) (result (list u8))
    (canon lift (core func $i "f") string-encoding=utf16 (memory (core memory $i "memory")) (realloc (core func $i "realloc")) (post-return (core func $i "post"))))
  (type $v (variant (case "a" f32) (case "b" u64)))
  (func (param "a" u8) (param "b" s64) (param "c" f32) (param "d" f64) (param "e" char) (canon lift (core func $i "g")))
  (func (param "a" $v) (canon lift (core func $i "h")))
  (import "f" (func $f (param "a" string) (result (tuple u8 u8))))
  (core func $l (canon lower (func $f) (memory (core memory $i "memory"))))
  (core module $n (import "" "f" (func (param i32 i32 i32))))
  (core instance (instantiate $n (with "" (instance (export "f" (func $l)))))))

(assert_invalid
  (component (core module $m (func (export "f") (param i32))) (core instance $i (instantiate $m)) (func (canon lift (core func $i "f"))))
  "lowered parameter types `[]` do not match parameter types `[I32]`")
(assert_invalid
  (component (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (func (result u8) (canon lift (core func $i "f"))))
  "lowered result types `[I32]` do not match result types `[]`")
(assert_invalid
  (component (core module $m (func (export "f") (param i32 i32))) (core instance $i (instantiate $m)) (func (param "a" string) (canon lift (core func $i "f"))))
  "canonical option `memory` is required")
(assert_invalid
  (component (core module $m (memory (export "m") 1) (func (export "f") (param i32 i32))) (core instance $i (instantiate $m))
    (func (param "a" string) (canon lift (core func $i "f") (memory (core memory $i "m")))))
  "canonical option `realloc` is required")
(assert_invalid
  (component (core module $m (func (export "f") (result i32) unreachable)) (core instance $i (instantiate $m))
    (func (result (tuple u8 u8)) (canon lift (core func $i "f"))))
  "canonical option `memory` is required")
(assert_invalid
  (component (import "f" (func $f (result string))) (core module $m (memory (export "m") 1)) (core instance $i (instantiate $m))
    (core func (canon lower (func $f) (memory (core memory $i "m")))))
  "canonical option `realloc` is required")
(assert_invalid
  (component (core module $m (func (export "f"))) (core instance $i (instantiate $m))
    (func (canon lift (core func $i "f") (realloc (core func $i "f")))))
  "canonical option `realloc` requires `memory`")
(assert_invalid
  (component (core module $m (memory (export "m") 1) (func (export "f"))) (core instance $i (instantiate $m))
    (func (canon lift (core func $i "f") (memory (core memory $i "m")) (realloc (core func $i "f")))))
  "`realloc` uses a core function with an incorrect signature")
(assert_invalid
  (component (core module $m (func (export "f")) (func (export "p") (param i32))) (core instance $i (instantiate $m))
    (func (canon lift (core func $i "f") (post-return (core func $i "p")))))
  "`post-return` uses a core function with an incorrect signature")
(assert_invalid
  (component (import "f" (func $f)) (core module $m (func (export "p"))) (core instance $i (instantiate $m))
    (core func (canon lower (func $f) (post-return (core func $i "p")))))
  "`post-return` cannot be specified for lowerings")
(assert_invalid
  (component (import "f" (func $f)) (core func (canon lower (func $f) string-encoding=utf8 string-encoding=utf16)))
  "canonical encoding option `utf8` conflicts with option `utf16`")
(assert_invalid
  (component (import "f" (func $f)) (core module $m (memory (export "m") 1)) (core instance $i (instantiate $m))
    (core func (canon lower (func $f) (memory (core memory $i "m")) (memory (core memory $i "m")))))
  "`memory` is specified more than once")
(assert_invalid
  (component (import "f" (func $f)) (core module $m (memory (export "m") 1 1 shared)) (core instance $i (instantiate $m))
    (core func (canon lower (func $f) (memory (core memory $i "m")))))
  "mismatch in the shared flag for memories")
(assert_invalid (component (import "f" (func $f)) (core func (canon lower (func 7)))) "unknown function 7")
(assert_invalid (component (type $t u8) (func (type $t) (canon lift (core func 0)))) "type index 0 is not a function type")

;; async
(component definition
  (core module $m (memory (export "m") 1) (func (export "f") (result i32) unreachable)
    (func (export "c") (param i32 i32 i32) (result i32) unreachable) (func (export "s")))
  (core instance $i (instantiate $m))
  (alias core export $i "m" (core memory $m))
  (type $s (stream string))
  (type $f (future))
  (func async (result u8) (canon lift (core func $i "f") async (callback (core func $i "c"))))
  (func async (canon lift (core func $i "s") async))
  (import "f" (func $g async (param "a" u8) (result u8)))
  (core func (canon lower (func $g) async (memory $m)))
  (core func (canon task.return (result u8)))
  (core func (canon stream.new $s))
  (core func (canon stream.write $s async (memory $m)))
  (core func (canon future.read $f async))
  (core func (canon waitable-set.wait (memory $m)))
  (core func (canon context.get i32 0))
  (core func (canon subtask.cancel async)))
(assert_invalid
  (component (core module $m (func (export "f") (result i32) unreachable) (func (export "c") (param i32) (result i32) unreachable)) (core instance $i (instantiate $m))
    (func async (canon lift (core func $i "f") async (callback (core func $i "c")))))
  "`callback` uses a core function with an incorrect signature")
(assert_invalid
  (component (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (func (canon lift (core func $i "f") async)))
  "the `async` canonical option requires an async function type")
(assert_invalid
  (component (core module $m (func (export "f") (param i32 i32 i32) (result i32) unreachable)) (core instance $i (instantiate $m))
    (func async (canon lift (core func $i "f") (callback (core func $i "f")))))
  "cannot specify callback without async")
(assert_invalid
  (component (core module $m (func (export "f"))) (core instance $i (instantiate $m))
    (func async (canon lift (core func $i "f") async (post-return (core func $i "f")))))
  "cannot specify post-return function in async")
(assert_invalid (component (type $t (future)) (core func (canon stream.new $t))) "`stream.new` requires a stream type")
(assert_invalid (component (type $t (stream u8)) (core func (canon future.read $t async))) "`future.read` requires a future type")
(assert_invalid (component (type $t (stream u8)) (core func (canon stream.read $t async))) "canonical option `memory` is required")
(assert_invalid (component (core func (canon task.return async))) "cannot specify `async` option on `task.return`")
(assert_invalid (component (core func (canon context.get i32 2))) "`context.get` immediate must be zero or one: 2")
(assert_invalid (component (core func (canon context.set f32 0))) "`context.set` only supports `i32` or `i64`")
(assert_invalid (component (core func (canon context.get i32 0)) (core func (canon context.set i64 0))) "type must match previous context type")
(assert_invalid (component (core func (canon waitable-set.poll (memory 0)))) "unknown memory 0: memory index out of bounds")
(assert_invalid
  (component (core type $f (func)) (core module $m (table (export "t") 1 funcref)) (core instance $i (instantiate $m))
    (alias core export $i "t" (core table $t)) (core func (canon thread.new-indirect $f (table $t))))
  "start function must take a single `i32` argument")

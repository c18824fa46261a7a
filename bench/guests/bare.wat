;; What the engine itself costs: a call that does nothing, with the type of a
;; waPC guest call, and the tightest loop there is.
(module
  (func (export "nothing") (param i32 i32) (result i32)
    i32.const 1)

  ;; loop counts n down to zero; n is at least 1.
  (func (export "loop") (param $n i32)
    loop $next
      local.get $n
      i32.const 1
      i32.sub
      local.tee $n
      br_if $next
    end))

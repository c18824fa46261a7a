;; Outer aliases and the scopes that they cross.

(component definition
  (type $t (record (field "a" u8)))
  (core module $m)
  (component $c
    (alias outer 1 $t (type $u))
    (alias outer 1 $m (core module $n))
    (core instance (instantiate $n))
    (component (alias outer 2 $t (type)))
    (type (instance (alias outer 1 $u (type $v)) (export "a" (func (param "a" (list $v)))))))
  (component (alias outer 1 $c (component $d)) (instance (instantiate $d))))

(assert_invalid (component (alias outer 1 0 (type))) "invalid outer alias count of 1")
(assert_invalid (component (alias outer 0 0 (type))) "unknown type 0")
(assert_invalid (component (component (alias outer 1 0 (core module)))) "unknown module 0")
(assert_invalid (component (component (alias outer 1 3 (component)))) "unknown component 3")
(assert_invalid
  (component (type $r (resource (rep i32))) (component (alias outer 1 $r (type))))
  "transitively refers to resources not defined in the current component")
(assert_invalid
  (component (import "r" (type $r (sub resource))) (type $f (func (param "a" (borrow $r)))) (component (alias outer 1 $f (type))))
  "transitively refers to resources not defined in the current component")
(component definition
  (import "r" (type $r (sub resource)))
  (type (component (alias outer 1 $r (type $s)) (import "s" (type $t (eq $s))) (import "f" (func (param "a" (own $t)))))))
(component definition
  (type $i (instance (export "r" (type (sub resource)))))
  (component (alias outer 1 $i (type $j)) (import "i" (instance (type $j)))))
(assert_invalid
  (component (import "i" (instance $i (export "f" (func)))) (type (instance (alias outer 1 9 (type)))))
  "unknown type 9")
(assert_invalid
  (component binary "\00asm\0d\00\01\00" "\07\07\01\42\01\02\01\00\00\00")
  "unexpected")

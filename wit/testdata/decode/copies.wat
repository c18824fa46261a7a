;; Types of interfaces without a name that others refer to.
(component
  (import "first" (instance $first
    (type $kind' (enum "big" "small"))
    (export "kind" (type $kind (eq $kind')))
    (type $thing' (record (field "kind" $kind) (field "all" (list $kind)) (field "size" u32)))
    (export "thing" (type $thing (eq $thing')))
    (type $id' u64)
    (export "id" (type $id (eq $id')))
  ))
  (alias export $first "thing" (type $thing))
  (alias export $first "id" (type $id))
  (import "second" (instance
    (alias outer 1 $thing (type $t))
    (export "thing" (type $u (eq $t)))
    (alias outer 1 $id (type $i'))
    (export "key" (type $i (eq $i')))
    (export "f" (func (param "t" $u) (param "i" $i) (result (option $u))))
  ))
  (import "use" (func (param "t" $thing) (result (list $thing))))
)

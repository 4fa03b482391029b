# What tools/demo.sh lets gdb do; it sets $port. A step that goes wrong ends the session with status 1.
set pagination off
set confirm off
set width 0
# The same machine: no need to fetch its libraries over the connection.
set sysroot /

# expect CONDITION, without spaces: or else the demonstration has failed.
define expect
  if !($arg0)
    echo This is not what should have happened.\n
    quit 1
  end
end

eval "target remote localhost:%d", $port

echo \n-- A breakpoint: stop where the first fish is met\n
break meet
continue
expect fish==1
echo \n-- Where are we?\n
backtrace
expect $_caller_is("swim")

echo \n-- A watchpoint, in a debug register of the processor: stop when the count of fish changes\n
delete
watch met
continue
expect met==1

echo \n-- Step by lines, out of the function and into the next round\n
delete
next
next
info registers rip
expect reef==2

echo \n-- On to the end: 1 + 2 + 3 fish\n
continue
expect $_exitcode==6
quit 0

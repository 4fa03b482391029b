// `bare WAY`: a crash below functions that have no unwind information: without a frame, with pushes and room on the stack,
// with a frame pointer, behind an early return, and where the frame is not there yet.
        .globl main
        .type main, @function
main:   .cfi_startproc
        push %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_offset %rbx, -16
        mov 8(%rsi), %rax
        movzbl (%rax), %eax
        cmp $'f', %al
        je 1f
        cmp $'p', %al
        je 2f
        cmp $'e', %al
        je 3f
        cmp $'b', %al
        je 4f
        call frameless
        nop
1:      call framed
        nop
2:      call pushes
        nop
3:      call early
        nop
4:      call begins
        nop
        .cfi_endproc
        .size main, . - main

        .type frameless, @function
frameless:
        call faults
        ret
        .size frameless, . - frameless

        .type framed, @function
framed: push %rbp
        mov %rsp, %rbp
        push %r12
        sub $0x48, %rsp
        call faults
        leave
        ret
        .size framed, . - framed

        .type pushes, @function
pushes: push %r12
        push %rbx
        push %rbp
        sub $0x188, %rsp
        xor %ebp, %ebp
        call faults
        add $0x188, %rsp
        pop %rbp
        pop %rbx
        pop %r12
        ret
        .size pushes, . - pushes

        .type early, @function
early:  push %rbx
        sub $16, %rsp
        test %rsp, %rsp
        jnz 1f
        add $16, %rsp
        pop %rbx
        ret
1:      call pushes
        ud2
        .size early, . - early

        .type begins, @function
begins: push %rbp
        movl $1, 0
        mov %rsp, %rbp
        .size begins, . - begins

        .type faults, @function
faults: xor %eax, %eax
        movl $1, (%rax)
        ret
        .size faults, . - faults
        .section .note.GNU-stack, "", @progbits

# Loads known values into every register, stops at registers_loaded, then stores what it finds: general, vector, mask, x87.

    .section .note.GNU-stack,"",@progbits
    .text

    .globl load_general
    .type load_general, @function
load_general:
    push %rbx
    push %rbp
    push %r12
    push %r13
    push %r14
    push %r15
    mov $0x1111111111111101, %rax
    mov $0x1111111111111102, %rbx
    mov $0x1111111111111103, %rcx
    mov $0x1111111111111104, %rdx
    mov $0x1111111111111105, %rsi
    mov $0x1111111111111106, %rdi
    mov $0x1111111111111107, %rbp
    mov $0x1111111111111108, %r8
    mov $0x1111111111111109, %r9
    mov $0x111111111111110a, %r10
    mov $0x111111111111110b, %r11
    mov $0x111111111111110c, %r12
    mov $0x111111111111110d, %r13
    mov $0x111111111111110e, %r14
    mov $0x111111111111110f, %r15
    .globl general_loaded
general_loaded:
    nop
    mov %rax, general_seen+0(%rip)
    mov %rbx, general_seen+8(%rip)
    mov %rcx, general_seen+16(%rip)
    mov %rdx, general_seen+24(%rip)
    mov %rsi, general_seen+32(%rip)
    mov %rdi, general_seen+40(%rip)
    mov %rbp, general_seen+48(%rip)
    mov %r8, general_seen+56(%rip)
    mov %r9, general_seen+64(%rip)
    mov %r10, general_seen+72(%rip)
    mov %r11, general_seen+80(%rip)
    mov %r12, general_seen+88(%rip)
    mov %r13, general_seen+96(%rip)
    mov %r14, general_seen+104(%rip)
    mov %r15, general_seen+112(%rip)
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbp
    pop %rbx
    ret

    .globl load_x87
    .type load_x87, @function
load_x87:
    fninit
    fldl x87_values+8(%rip)
    fldl x87_values+0(%rip)
    ldmxcsr mxcsr_value(%rip)
    .globl x87_loaded
x87_loaded:
    nop
    stmxcsr mxcsr_seen(%rip)
    fnstcw control_seen(%rip)
    fstpl x87_seen+0(%rip)
    fstpl x87_seen+8(%rip)
    ldmxcsr mxcsr_default(%rip)
    fninit
    ret

    .globl load_sse
    .type load_sse, @function
load_sse:
    .irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
    movdqu vector_values+64*\n(%rip), %xmm\n
    .endr
    .globl sse_loaded
sse_loaded:
    nop
    .irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
    movdqu %xmm\n, vector_seen+64*\n(%rip)
    .endr
    ret

    .globl load_avx
    .type load_avx, @function
load_avx:
    .irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
    vmovdqu vector_values+64*\n(%rip), %ymm\n
    .endr
    .globl avx_loaded
avx_loaded:
    nop
    .irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
    vmovdqu %ymm\n, vector_seen+64*\n(%rip)
    .endr
    vzeroall
    ret

    .globl load_avx512
    .type load_avx512, @function
load_avx512:
    .irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    vmovdqu64 vector_values+64*\n(%rip), %zmm\n
    .endr
    .irp n,0,1,2,3,4,5,6,7
    kmovq mask_values+8*\n(%rip), %k\n
    .endr
    .globl avx512_loaded
avx512_loaded:
    nop
    .irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    vmovdqu64 %zmm\n, vector_seen+64*\n(%rip)
    .endr
    .irp n,0,1,2,3,4,5,6,7
    kmovq %k\n, mask_seen+8*\n(%rip)
    .endr
    vzeroall
    ret

    .data
    .globl general_seen
    .balign 64
general_seen: .fill 15, 8, 0
    .globl x87_values
x87_values: .double 1.5, -2.25
    .globl x87_seen
x87_seen: .double 0, 0
    .globl mxcsr_value
mxcsr_value: .long 0x3f80
mxcsr_default: .long 0x1f80
    .globl mxcsr_seen
mxcsr_seen: .long 0
    .globl control_seen
control_seen: .short 0

# Of a 32-bit program: loads known values into every register, stops at GROUP_loaded, then stores what it finds.

    .section .note.GNU-stack,"",@progbits
    .text

    .globl load_general
    .type load_general, @function
load_general:
    push %ebx
    push %ebp
    push %esi
    push %edi
    mov $0x11111101, %eax
    mov $0x11111102, %ecx
    mov $0x11111103, %edx
    mov $0x91111104, %ebx
    mov $0x11111105, %ebp
    mov $0x11111106, %esi
    mov $0x11111107, %edi
    .globl general_loaded
general_loaded:
    nop
    mov %eax, general_seen+0
    mov %ecx, general_seen+4
    mov %edx, general_seen+8
    mov %ebx, general_seen+12
    mov %ebp, general_seen+16
    mov %esi, general_seen+20
    mov %edi, general_seen+24
    pop %edi
    pop %esi
    pop %ebp
    pop %ebx
    ret

    .globl load_x87
    .type load_x87, @function
load_x87:
    fninit
    fldl x87_values+8
    fldl x87_values+0
    .globl x87_loaded
x87_loaded:
    nop
    fstpl x87_seen+0
    fstpl x87_seen+8
    fninit
    ret

    .macro load_vectors group, move, kind
    .globl load_\group
    .type load_\group, @function
load_\group:
    .irp n,0,1,2,3,4,5,6,7
    \move vector_values+64*\n, %\kind\n
    .endr
    .globl \group\()_loaded
\group\()_loaded:
    nop
    .irp n,0,1,2,3,4,5,6,7
    \move %\kind\n, vector_seen+64*\n
    .endr
    ret
    .endm

    load_vectors sse, movdqu, xmm
    load_vectors avx, vmovdqu, ymm

    .globl load_avx512
    .type load_avx512, @function
load_avx512:
    .irp n,0,1,2,3,4,5,6,7
    vmovdqu64 vector_values+64*\n, %zmm\n
    kmovq mask_values+8*\n, %k\n
    .endr
    .globl avx512_loaded
avx512_loaded:
    nop
    .irp n,0,1,2,3,4,5,6,7
    vmovdqu64 %zmm\n, vector_seen+64*\n
    kmovq %k\n, mask_seen+8*\n
    .endr
    vzeroupper
    ret

    .data
    .globl x87_values, x87_seen, general_seen
x87_values: .double 1.5, -2.25
x87_seen: .double 0, 0
general_seen: .fill 7, 4, 0

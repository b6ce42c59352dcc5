// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC system_header

// Marks of parameters that no header of the C++ library uses as a name: safe in any order. See sal.h.
// Source: the pages on SAL in Microsoft's C++ reference.

// The words of sal.h's first edition
#define __in_opt
#define __in_z
#define __in_z_opt
#define __out_opt
#define __out_z
#define __out_z_opt
#define __inout
#define __inout_opt
#define __inout_z
#define __deref_in
#define __deref_in_opt
#define __deref_out
#define __deref_out_opt
#define __deref_opt_out
#define __deref_opt_out_opt
#define __deref_inout
#define __deref_inout_opt
#define __deref_out_z
#define __nullterminated
#define __checkReturn
#define __in_ecount(size)
#define __in_ecount_opt(size)
#define __in_ecount_z(size)
#define __in_bcount(size)
#define __in_bcount_opt(size)
#define __out_ecount(size)
#define __out_ecount_opt(size)
#define __out_ecount_z(size)
#define __out_bcount(size)
#define __out_bcount_opt(size)
#define __inout_ecount(size)
#define __inout_ecount_opt(size)
#define __inout_bcount(size)
#define __inout_bcount_opt(size)
#define __deref_out_ecount(size)
#define __deref_out_ecount_opt(size)
#define __deref_out_bcount(size)
#define __deref_out_bcount_opt(size)
#define __in_range(low, high)
#define __out_ecount_part(low, high)
#define __out_ecount_part_opt(low, high)
#define __out_bcount_part(low, high)
#define __out_bcount_part_opt(low, high)

// Its second edition
#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _Out_
#define _Out_opt_
#define _Inout_
#define _Inout_opt_
#define _Inout_z_
#define _Outptr_
#define _Outptr_opt_
#define _Outptr_result_maybenull_
#define _Outptr_opt_result_maybenull_
#define _Outptr_result_z_
#define _COM_Outptr_
#define _COM_Outptr_opt_
#define _COM_Outptr_result_maybenull_
#define _COM_Outptr_opt_result_maybenull_
#define _Reserved_
#define _Frees_ptr_
#define _Frees_ptr_opt_
#define _Post_invalid_
#define _Check_return_
#define _Must_inspect_result_
#define _Ret_maybenull_
#define _Ret_notnull_
#define _Ret_z_
#define _Ret_maybenull_z_
#define _Null_terminated_
#define _Maybenull_
#define _Notnull_
#define _Pre_maybenull_
#define _Post_maybenull_
#define _Printf_format_string_
#define _Use_decl_annotations_
#define _Const_
#define _In_reads_(...)
#define _In_reads_opt_(...)
#define _In_reads_bytes_(...)
#define _In_reads_bytes_opt_(...)
#define _In_reads_z_(...)
#define _Out_writes_(...)
#define _Out_writes_opt_(...)
#define _Out_writes_z_(...)
#define _Out_writes_opt_z_(...)
#define _Out_writes_bytes_(...)
#define _Out_writes_bytes_opt_(...)
#define _Out_writes_all_(...)
#define _Out_writes_bytes_all_(...)
#define _Inout_updates_(...)
#define _Inout_updates_opt_(...)
#define _Inout_updates_bytes_(...)
#define _Inout_updates_all_(...)
#define _Outptr_result_buffer_(...)
#define _Outptr_result_bytebuffer_(...)
#define _When_(...)
#define _Success_(...)
#define _Return_type_success_(...)
#define _On_failure_(...)
#define _Field_size_(...)
#define _Field_size_opt_(...)
#define _Field_size_bytes_(...)
#define _Ret_range_(...)
#define _In_range_(...)
#define _Out_range_(...)
#define _Deref_out_range_(...)
#define _Pre_satisfies_(...)
#define _Post_satisfies_(...)
#define _Always_(...)
#define _At_(...)
#define _Out_writes_to_(...)
#define _Out_writes_to_opt_(...)
#define _Out_writes_bytes_to_(...)
#define _Out_writes_bytes_to_opt_(...)
#define _Inout_updates_to_(...)

// Those of interfaces that are called across processes
#define __RPC__in
#define __RPC__in_opt
#define __RPC__in_string
#define __RPC__in_opt_string
#define __RPC__out
#define __RPC__inout
#define __RPC__inout_opt
#define __RPC__deref_out
#define __RPC__deref_out_opt
#define __RPC__deref_opt_out
#define __RPC__deref_opt_out_opt
#define __RPC__deref_out_string
#define __RPC__deref_out_opt_string
#define __RPC__deref_inout
#define __RPC__deref_inout_opt
#define __RPC__deref_opt_inout
#define __RPC__deref_opt_inout_opt
#define __RPC__opt_inout
#define __RPC_unique_pointer
#define __RPC_string
#define __RPC__in_ecount(size)
#define __RPC__in_ecount_opt(size)
#define __RPC__in_ecount_full(size)
#define __RPC__in_ecount_full_opt(size)
#define __RPC__in_xcount(size)
#define __RPC__in_xcount_full(size)
#define __RPC__in_range(size)
#define __RPC__out_ecount(size)
#define __RPC__out_ecount_full(size)
#define __RPC__out_xcount(size)
#define __RPC__out_xcount_full(size)
#define __RPC__inout_ecount(size)
#define __RPC__inout_ecount_full(size)
#define __RPC__inout_xcount(size)
#define __RPC__inout_xcount_full(size)
#define __RPC__deref_out_ecount(size)
#define __RPC__deref_out_ecount_full(size)
#define __RPC__deref_out_ecount_full_opt(size)
#define __RPC__in_ecount_part(size, part)
#define __RPC__in_xcount_part(size, part)
#define __RPC__out_ecount_part(size, part)
#define __RPC__out_xcount_part(size, part)
#define __RPC__inout_ecount_part(size, part)
#define __RPC__deref_out_ecount_part(size, part)

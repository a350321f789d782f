// The unary methods of ContactService, for Session::Run and Session::Ask.
#pragma once

#include "cli/services/unary_method.h"
#include "leadline/v1/contact_service.pb.h"

namespace leadline::cli::contact_service {

inline constexpr UnaryMethod<v1::GetContactRequest, v1::Contact> kGetContact{"/leadline.v1.ContactService/GetContact"};
inline constexpr UnaryMethod<v1::BatchGetContactsRequest, v1::BatchGetContactsResponse> kBatchGetContacts{
    "/leadline.v1.ContactService/BatchGetContacts"};
inline constexpr UnaryMethod<v1::ListContactsRequest, v1::ListContactsResponse> kListContacts{
    "/leadline.v1.ContactService/ListContacts"};
inline constexpr UnaryMethod<v1::UpdateContactRequest, v1::UpdateContactResponse> kUpdateContact{
    "/leadline.v1.ContactService/UpdateContact"};
inline constexpr UnaryMethod<v1::EraseContactRequest, v1::EraseContactResponse> kEraseContact{
    "/leadline.v1.ContactService/EraseContact"};

}  // namespace leadline::cli::contact_service

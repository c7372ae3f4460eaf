#include <string>

#include "lib/base/assert.h"
#include "lib/wire/decode.h"
#include "lib/wire/option_table.h"

namespace dmm::wire {

Reaction reaction_to(Fault fault) {
    switch (fault) {
        case Fault::UnknownType:
            return Reaction::BindingError;
        case Fault::BadPayloadProto:
        case Fault::HeaderTooShort:
            return Reaction::ParameterProblem;
        case Fault::TooShort:
        case Fault::NotMultipleOf8:
        case Fault::LengthBeyondData:
        case Fault::TrailingData:
        case Fault::BadChecksum:
        case Fault::OptionTruncated:
        case Fault::OptionBadLength:
        case Fault::OptionBadPrefixLength:
        case Fault::OptionRepeated:
            return Reaction::Silent;
    }
    DMM_ASSERT(false);
    return Reaction::Silent;
}

std::string_view name_of(Fault fault) {
    switch (fault) {
        case Fault::TooShort:
            return "too_short";
        case Fault::NotMultipleOf8:
            return "not_multiple_of_8";
        case Fault::LengthBeyondData:
            return "length_beyond_data";
        case Fault::TrailingData:
            return "trailing_data";
        case Fault::BadChecksum:
            return "bad_checksum";
        case Fault::UnknownType:
            return "unknown_type";
        case Fault::BadPayloadProto:
            return "bad_payload_proto";
        case Fault::HeaderTooShort:
            return "header_too_short";
        case Fault::OptionTruncated:
            return "option_truncated";
        case Fault::OptionBadLength:
            return "option_bad_length";
        case Fault::OptionBadPrefixLength:
            return "option_bad_prefix_length";
        case Fault::OptionRepeated:
            return "option_repeated";
    }
    DMM_ASSERT(false);
    return {};
}

namespace {

std::string_view sentence_of(Fault fault) {
    switch (fault) {
        case Fault::TooShort:
            return "there are fewer than 8 octets";
        case Fault::NotMultipleOf8:
            return "the length is not a multiple of 8 octets";
        case Fault::LengthBeyondData:
            return "Header Len says more than was received";
        case Fault::TrailingData:
            return "octets follow the end that Header Len gives";
        case Fault::BadChecksum:
            return "the checksum is wrong for these addresses";
        case Fault::UnknownType:
            return "the MH Type is not assigned";
        case Fault::BadPayloadProto:
            return "Payload Proto is not 59";
        case Fault::HeaderTooShort:
            return "Header Len is below the minimum of the MH Type";
        case Fault::OptionTruncated:
            return "the option does not end inside the message";
        case Fault::OptionBadLength:
            return "the option's Length is not one that it may have";
        case Fault::OptionBadPrefixLength:
            return "the option's Prefix Length is above 128";
        case Fault::OptionRepeated:
            return "the option may occur only once";
    }
    DMM_ASSERT(false);
    return {};
}

}  // namespace

std::string to_text(const DecodeError& error) {
    std::string text = "octet " + std::to_string(error.offset) + ": ";
    if (error.option != 0) {
        text += "option " + std::to_string(error.option) + " (" +
                std::string(name_of(error.option)) + "): ";
    }
    return text + std::string(sentence_of(error.fault));
}

}  // namespace dmm::wire

// What status a person has: a fold over the histories of all their leads and their own. Pure and thread-safe.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/event.h"
#include "domain/lifecycle.h"

namespace leadline::domain {

// A stay of the person, as the last word that led to it says.
using PersonStays = std::vector<StatusWord>;

// How far on the way to the sale a status is; the further, the greater. The sale is furthest, and a terminal status
// nearest. What has no place on the way stands behind all that a new sign may lead it to, and before all that is nearer
// to the start. An unknown status is as near as a terminal one.
int PlaceOnWay(const Lifecycle& lifecycle, std::string_view status);

// The stays of a person, oldest first, each with another status than the one before. `own` are the words about the
// person alone: what the packs made of all that the person did, and what people said of the person. At each moment the
// furthest status stands of those in which the leads and the person are then:
// - work in hand (open) that began after the last sale: a new round;
// - else the sale;
// - else what is furthest on the way. What was looked at and is to be warmed again (no place on the way) stands behind
//   all that a new sign may lead it to, and before all that is nearer to the start. What will never buy (terminal)
//   stands last.
// What the packs made of the person gives way to what somebody later decided about a lead; what somebody said of the
// person outweighs what was said of the leads before, and gives way to what somebody later decides about a lead, a sale
// excepted. From a terminal status only somebody's word leads on, never what the packs made of a lead since then. That
// they entered as somebody new says nothing where something earlier is known by now. The order of the leads, and in
// which their histories came to be known, changes nothing.
PersonStays FoldPersonStatus(const Lifecycle& lifecycle, const StatusWords& own, std::span<const StatusWords> leads);

// The same stays as the person's own history tells them: a word about an earlier time than that of the word before it
// tells anew what came from then on.
PersonStays StaysAsTold(const Lifecycle& lifecycle, const StatusWords& told);

}  // namespace leadline::domain

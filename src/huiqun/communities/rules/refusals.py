"""Why a community says no, and what to do next."""

from huiqun.lib.refusal import NotFound, Refusal
from huiqun.lib.words import gettext_noop as _


class GroupNotFound(NotFound):
    code = "communities.group_not_found"
    sentence = _("There is no such group, or it is not yours.")


class PostNotFound(NotFound):
    code = "communities.post_not_found"
    sentence = _("This post is not there any more, or it stands in a group that is not yours.")


class CaseNotFound(NotFound):
    code = "communities.case_not_found"
    sentence = _("There is nothing here to decide, or it belongs to another branch.")


class GroupIncomplete(Refusal):
    code = "communities.group_incomplete"
    sentence = _("A group needs a name, what it is for, its rules, what is done with data, and room for two.")


class GroupChanged(Refusal):
    code = "communities.group_changed_meanwhile"
    sentence = _("Somebody has changed this group meanwhile. Load the page again and look before you save.")


class GroupClosed(Refusal):
    code = "communities.group_closed"
    sentence = _("This group is closed. Look for another one.")


class GroupFull(Refusal):
    code = "communities.group_full"
    sentence = _("This group is full. Look for another one, or ask again when somebody has left.")


class ByInvitation(Refusal):
    code = "communities.by_invitation"
    sentence = _("This group takes members by invitation only. Ask your relationship manager.")
    status = 403


class NoWayIn(NotFound):
    code = "communities.no_way_in"
    sentence = _("This invitation does not lead anywhere any more. Ask for a new link or QR code.")


class ConsentMissing(Refusal):
    code = "communities.consent_missing"
    sentence = _("Read what is done with your data, and agree to it, before you join.")


class NoConsentText(Refusal):
    code = "communities.no_consent_text"
    sentence = _("The bank has not published what is done with data in groups yet. Come back later.")
    status = 503


class WasExpelled(Refusal):
    code = "communities.was_expelled"
    sentence = _("You cannot join this group again. You may object to that under “What I wrote”.")
    status = 403


class NicknameRefused(Refusal):
    code = "communities.nickname_refused"
    sentence = _(
        "Choose another name: two to twelve characters, no number or address, and nothing that sounds like the bank's staff."
    )


class NotAMember(Refusal):
    code = "communities.not_a_member"
    sentence = _("Only members write here. Join the group first.")
    status = 403


class Muted(Refusal):
    code = "communities.muted"
    sentence = _(
        "You may read but not write here until %(until)s. You may object to that under “What I wrote”."
    )
    status = 403


class NothingSaid(Refusal):
    code = "communities.nothing_said"
    sentence = _("Write a few words: signs and emoji alone say too little.")


class TooLong(Refusal):
    code = "communities.too_long"
    sentence = _("This is longer than %(most)s characters. Shorten it, or write two.")


class TooFast(Refusal):
    code = "communities.too_fast"
    sentence = _("That was a lot in a short time. Wait a while and try again.")
    status = 429


class NotYet(Refusal):
    code = "communities.not_yet"
    sentence = _("New members may post links and pictures after seven days. Take them out for now.")
    status = 403


class LinkRefused(Refusal):
    code = "communities.link_refused"
    sentence = _("This link pretends to lead to the bank, or hides where it leads. Take it out.")


class TooManyLinks(Refusal):
    code = "communities.too_many_links"
    sentence = _("There are more than %(most)s links in this. Keep those that are needed.")


class NotAPicture(Refusal):
    code = "communities.not_a_picture"
    sentence = _("This is not a PNG, JPEG or WebP picture. Choose a photograph.")
    status = 422


class PictureTooLarge(Refusal):
    code = "communities.picture_too_large"
    sentence = _("The picture is larger than 10 MB or 40 megapixels. Choose a smaller one.")
    status = 413


class TooManyPictures(Refusal):
    code = "communities.too_many_pictures"
    sentence = _("A post takes at most %(most)s pictures.")


class VideoRefused(Refusal):
    code = "communities.video_refused"
    sentence = _(
        "A short video needs an https address of the bank that ends in .mp4 or .m3u8, subtitles, and 1 to 3 minutes."
    )


class PollIncomplete(Refusal):
    code = "communities.poll_incomplete"
    sentence = _("A poll needs a question and two to six different options.")


class RiddleIncomplete(Refusal):
    code = "communities.riddle_incomplete"
    sentence = _("A riddle needs a question and its answer.")


class NoSuchOption(Refusal):
    code = "communities.no_such_option"
    sentence = _("Choose one of the options.")


class AnsweredAlready(Refusal):
    code = "communities.answered_already"
    sentence = _("You have answered already; it counts once.")


class WrongAnswer(Refusal):
    code = "communities.wrong_answer"
    sentence = _("Not quite. Think again.")


class NotTeam(Refusal):
    code = "communities.not_team"
    sentence = _("Only the group's own team does this. Ask its lead to add you.")
    status = 403


class NoTarget(Refusal):
    code = "communities.no_target"
    sentence = _("Choose at least one open group where you may post.")


class WordsForbidden(Refusal):
    code = "communities.words_forbidden"
    sentence = _("These words may not be said in a group: %(names)s. Mend them.")


class ProductTalk(Refusal):
    code = "communities.product_talk"
    sentence = _(
        "Only qualified staff speak of products, or post approved material. Register your qualification, or choose approved words."
    )
    status = 403


class MaterialLapsed(Refusal):
    code = "communities.material_lapsed"
    sentence = _("This material is not approved any more, or it is stopped. Choose another one.")


class CaseDecided(Refusal):
    code = "communities.case_decided"
    sentence = _("Somebody has decided this meanwhile. Load the page again.")


class ReasonNeeded(Refusal):
    code = "communities.reason_needed"
    sentence = _("Say why in a few words; the author reads it.")


class NothingToMask(Refusal):
    code = "communities.nothing_to_mask"
    sentence = _("Nothing is marked that could be made unreadable. Hide it, or show it.")


class CannotAppeal(Refusal):
    code = "communities.cannot_appeal"
    sentence = _("An objection is possible once, within thirty days of the decision.")


class AppealTakesTwo(Refusal):
    code = "communities.appeal_takes_two"
    sentence = _("Whoever made the decision does not judge the objection to it. Leave it to a colleague.")
    status = 403


class OwnWords(Refusal):
    code = "communities.own_words"
    sentence = _("One does not report one's own words. Withdraw them instead.")


class WithdrawnAlready(Refusal):
    code = "communities.withdrawn_already"
    sentence = _("This is not shown any more.")


class SearchTooShort(Refusal):
    code = "communities.search_too_short"
    sentence = _("Type at least two characters.")

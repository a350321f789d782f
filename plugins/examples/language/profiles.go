package main

import "strings"

// profile is what tells a language from the others of its script.
type profile struct {
	language string
	name     string
	words    string // frequent small words and those of enquiries, with spaces between
	letters  string // letters that few other languages write
	grams    string // beginnings (_x), middles (x) and ends (x_) of words, with spaces between
}

var latinProfiles = []profile{
	{
		"en", "English",
		"the and of to in is that for it with as was on be by this are from or have an they which you we were there been their " +
			"has would what will if can more when who so about our us please would like your not could how send need me my i i'm " +
			"looking interested information quote price company thanks thank hello regards do does any some should also",
		"",
		"th_ _th the ing_ ght _wh ould tion_ _sh ck_ _kn ough ly_ ness_ ee oo ed_",
	},
	{
		"es", "Spanish",
		"el la los las de del que y en un una por con para es se no lo su al como más pero sus le ya este sí porque esta entre " +
			"cuando muy sin sobre también me hasta hay donde quien desde todo nos durante ustedes estamos quisiera quiero necesito " +
			"necesitamos información gracias hola precio empresa buenos días saludos cotización somos nuestra nuestro favor puede",
		"ñ¿¡",
		"ción_ _ll ue idad_ mente_ _qu ones_ ando_ iendo_ _es ñ ad_ amos_ ía_ ez_",
	},
	{
		"pt", "Portuguese",
		"o a os as de do da dos das que e em um uma por com para é se não na no ao mais mas foi como seu sua ou quando muito nos " +
			"já eu também só pelo pela até isso ela entre depois sem mesmo aos você vocês estamos gostaria gostaríamos preciso " +
			"precisamos informações obrigado obrigada olá preço empresa bom dia cumprimentos orçamento somos nossa nosso favor pode",
		"ãõ",
		"ção_ ções_ ão_ _nh nh lh dade_ mente_ _qu ando_ _em ês_ eir ou_ amos_ ê",
	},
	{
		"fr", "French",
		"le la les de des du que et en un une pour avec est se ne pas sur au aux ce cette qui dans par plus sont il elle nous vous " +
			"je mais ou où leur ont été être si tout comme mes nos votre vos notre ces sans merci bonjour souhaite souhaitons " +
			"voudrais besoin avons informations prix entreprise cordialement devis sommes recherchons pourriez pouvez d'un d'une",
		"œçêûîùè",
		"eau_ eux_ _qu tion_ ment_ _l' _d' _j' _c' _n' aux_ oi ez_ ons_ elle_ ée_ ou",
	},
	{
		"de", "German",
		"der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie " +
			"nach wird bei einer um am sind noch wie einem über einen so zum haben nur oder aber vor zur bis mehr durch wir ich " +
			"uns unser unsere ihr ihre ihnen möchten möchte bitte benötigen brauchen informationen danke hallo preis firma " +
			"unternehmen grüße grüßen angebot suchen können kann gerne freundlichen sehr geehrte",
		"äß",
		"sch ung_ _ge ich_ cht ein_ en_ lich_ keit_ heit_ _ver _be zw _st tz pf ier ü ö",
	},
	{
		"it", "Italian",
		"il lo la i gli le di del della dei delle che e in un una per con è si non al alla sono come più ma da dal dalla nel nella " +
			"ci anche se questo questa ha ho suo sua loro noi voi essere stato tra fra quando molto senza vorrei vorremmo abbiamo " +
			"bisogno informazioni grazie buongiorno salve prezzo azienda saluti cordiali preventivo siamo nostra nostro favore può",
		"ìò",
		"zione_ zioni_ gli _gl tà_ ezza_ ment _ch cch zz tt ll ire_ are_ iamo_ etto_ ella_ _sc _un'",
	},
	{
		"nl", "Dutch",
		"de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij nog uit door over ze zich naar heeft " +
			"hebben worden wordt deze dit wij we ik u uw ons onze jullie kunnen graag willen wil zou zouden meer wat geen tot " +
			"informatie bedankt dank hallo prijs bedrijf groeten vriendelijke offerte zoeken nodig kunt goedemorgen beste",
		"",
		"ij aa oo ee uu _sch sch _ge heid_ lijk_ ing_ _ver _zo eu ui oe cht je_ tje_ gen_ _v",
	},
	{
		"pl", "Polish",
		"i w na z do nie się że to jest o jak za od po przez dla są ale czy tym tego co ten ta lub oraz przy może być więc już był " +
			"która który które ich jego jej tylko bardzo nas nam nasz nasza państwa my mamy jesteśmy chciałbym chciałabym " +
			"chcielibyśmy proszę prosimy potrzebujemy informacje dziękuję dzień dobry cena firma pozdrawiam ofertę szukamy witam",
		"łąęśżźćńó",
		"sz cz rz dz _prz ch_ ów_ ego_ ych_ śmy_ owa ść_ nie _w ie ki_ ni_ ym_ ej_",
	},
}

// Each word and gram of a set, once.
func setOf(list string) map[string]bool {
	set := map[string]bool{}
	for _, item := range strings.Fields(list) {
		set[item] = true
	}
	return set
}
